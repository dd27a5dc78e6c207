// The members of the forecasting model in words.

const MEMBERS: Readonly<Record<string, string>> = {
  boosting: "Trees over all that is known",
  dejavu: "Déjà vu: games that went alike",
  linear: "Linear: the path and the ratings",
  lstm: "Neural net over the path",
  persistence: "The lead stays as it is",
  stern: "Stern: strength, time and chance",
};

/** A member that came with a newer model keeps its own name. */
export const memberWords = (name: string): string => (Object.hasOwn(MEMBERS, name) ? MEMBERS[name]! : name);
