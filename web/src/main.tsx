import { render } from "solid-js/web";
import "./style/tokens.css";
import "./style/base.css";
import "./app/shell.css";
import "./charts/charts.css";
import { Shell } from "./app/Shell";

render(() => <Shell />, document.getElementById("app")!);
