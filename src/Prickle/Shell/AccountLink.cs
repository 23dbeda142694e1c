namespace Prickle.Shell;

/// <summary>An entry of the menu under the account's picture; registered as a singleton by the module that has the page.</summary>
public sealed record AccountLink(string Title, string Path);
