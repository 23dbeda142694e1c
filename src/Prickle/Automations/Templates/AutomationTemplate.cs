namespace Prickle.Automations.Templates;

/// <summary>A ready automation to begin from.</summary>
/// <param name="Key">Names it in addresses: <c>welcome</c>.</param>
/// <param name="Sentence">What it does, in one sentence.</param>
/// <param name="Group">Under which heading it stands.</param>
/// <param name="ToFill">What has to be chosen before it can be published, as people say it.</param>
sealed record AutomationTemplate(string Key, string Name, string Sentence, string Group, IReadOnlyList<string> ToFill, AutomationDefinition Definition)
{
    public AutomationSettings Settings => new() { Name = Name, Description = Sentence, Definition = Definition };
}
