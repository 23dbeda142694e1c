namespace Prickle.Destinations;

/// <summary>A value that templates may name, as it is offered to people.</summary>
/// <param name="Path">As Liquid has it: <c>person.properties.email</c>.</param>
/// <param name="Example">What it is for somebody; empty where nothing is known.</param>
public sealed record TemplateVariable(string Path, string Example = "");
