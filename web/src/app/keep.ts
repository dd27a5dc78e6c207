// Small choices that are kept on this device. A browser that keeps nothing is no reason to fail.

const PREFIX = "courtside.";

export function kept<Value extends string>(name: string, is: (text: string) => text is Value): Value | null {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text !== null && is(text) ? text : null;
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows and full disks: the choice holds until the page is closed.
  }
}
