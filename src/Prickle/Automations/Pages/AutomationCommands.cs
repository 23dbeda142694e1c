using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;

namespace Prickle.Automations.Pages;

/// <summary>Automations in the command palette, and the way to a new one.</summary>
sealed class AutomationCommands(AutomationQueries automations) : ICommandSource
{
    const int Most = 6;

    public async Task<IReadOnlyList<Command>> FindAsync(string text, ProjectGrant? project, CancellationToken cancellationToken)
    {
        if (text.Trim().Length < 2 || project?.Allows(Resource.Automation, Level.Read) != true)
        {
            return [];
        }
        var found = await automations.ListAsync(project.ProjectId, new AutomationFilter { Search = text.Trim() }, cancellationToken);
        return
        [
            .. found.Take(Most).Select(item => new Command(
                item.Automation.Settings.Name, ProjectAddress.Of(project.ProjectId, $"automations/{item.Automation.Id}"), Icons.Material.Outlined.Bolt, "Automation",
                FlowWords.Of(item.Automation.State))),
            .. "new automation".Contains(text.Trim(), StringComparison.OrdinalIgnoreCase) && project.Allows(Resource.Automation, Level.Write)
                ? [new Command("New automation", ProjectAddress.Of(project.ProjectId, "automations/new"), Icons.Material.Filled.Add, "Automation", "from a template or blank")]
                : Array.Empty<Command>(),
        ];
    }
}
