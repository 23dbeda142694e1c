namespace Prickle.House.Operations.Pages;

/// <summary>Something that can be chosen.</summary>
/// <param name="Note">What else is known of it: type, rows.</param>
public sealed record Choice(string Value, string Note = "");
