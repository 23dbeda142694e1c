namespace Prickle.Shell;

/// <summary>An entry of the menu under the account's picture; registered as a singleton by the module that has the page.</summary>
/// <param name="IsDocument">No page of ours: it opens beside them.</param>
public sealed record AccountLink(string Title, string Path, bool IsDocument = false);
