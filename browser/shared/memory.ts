/** What this browser remembers for a page, where it may: private windows and policies can forbid it. */
export const memory = {
  read(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Then it is forgotten.
    }
  },
};
