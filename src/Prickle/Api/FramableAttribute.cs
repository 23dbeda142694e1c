namespace Prickle.Api;

/// <summary>On a page that pages of other sites may show within themselves. It must do nothing that a click could be lured into.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FramableAttribute : Attribute;
