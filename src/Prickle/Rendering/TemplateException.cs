namespace Prickle.Rendering;

/// <summary>A template that cannot be rendered. The message is one sentence for the owner of the template, and says nothing of values.</summary>
public sealed class TemplateException(string message) : Exception(message);
