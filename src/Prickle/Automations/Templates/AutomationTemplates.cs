namespace Prickle.Automations.Templates;

/// <summary>The gallery, in the order in which it is shown.</summary>
static class AutomationTemplates
{
    public static readonly IReadOnlyList<AutomationTemplate> All = [.. CustomerTemplates.All, .. TeamTemplates.All, .. ProductTemplates.All];

    public static AutomationTemplate? Find(string? key) => All.FirstOrDefault(template => template.Key == key);
}
