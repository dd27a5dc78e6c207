"""The roles of a program that is spread over processes: ingest, engine, gateway."""
