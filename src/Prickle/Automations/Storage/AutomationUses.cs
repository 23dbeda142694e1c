using System.Globalization;
using Prickle.Actions;
using Prickle.Automations.Definition;
using Prickle.Cohorts;
using Prickle.Destinations;
using Prickle.Flags;

namespace Prickle.Automations.Storage;

/// <summary>Automations that stand on actions, cohorts, flags and destinations.</summary>
sealed class AutomationUses(AutomationQueries automations) : IActionUse, ICohortUse, IFlagUse, IDestinationUse
{
    async Task<IReadOnlyList<ActionUse>> IActionUse.OfAsync(int projectId, int actionId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, definition => definition.Trigger is ActionTrigger { Action: var action } && action == actionId, cancellationToken))
            .Select(one => new ActionUse("automation", one.Settings.Name, AddressOf(one)))];

    async Task<IReadOnlyList<CohortUse>> ICohortUse.OfAsync(int projectId, int cohortId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, definition => DefinitionParts.CohortsOf(definition).Any(one => one.Cohort == cohortId), cancellationToken))
            .Select(one => new CohortUse("automation", one.Settings.Name, AddressOf(one)))];

    async Task<IReadOnlyList<FlagUse>> IFlagUse.OfAsync(int projectId, FeatureFlag flag, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, definition => definition.Trigger is FlagTrigger { Flag: var key } && key == flag.Key
                || definition.Steps.OfType<DestinationStep>().Any(step => step.Fields.GetValueOrDefault("flag") == flag.Key), cancellationToken))
            .Select(one => new FlagUse("automation", one.Settings.Name, AddressOf(one)))];

    async Task<IReadOnlyList<DestinationUse>> IDestinationUse.OfAsync(int projectId, Guid destinationId, CancellationToken cancellationToken) =>
        [.. (await WhereAsync(projectId, definition => definition.Steps.OfType<DestinationStep>().Any(step => step.Destination == destinationId), cancellationToken))
            .Select(one => new DestinationUse("automation", one.Settings.Name, AddressOf(one)))];

    /// <summary>Both what is being worked on and what runs count; archived ones do not.</summary>
    async Task<IEnumerable<Automation>> WhereAsync(int projectId, Func<AutomationDefinition, bool> uses, CancellationToken cancellationToken)
    {
        var found = new List<Automation>();
        foreach (var item in await automations.ListAsync(projectId, new AutomationFilter(), cancellationToken))
        {
            var automation = item.Automation;
            if (automation.State != AutomationState.Archived
                && (uses(automation.Settings.Definition)
                    || (automation.HasUnpublishedChanges && (await automations.VersionsAsync(projectId, automation.Id, cancellationToken))
                        .Any(version => version.Number == automation.PublishedVersion && uses(version.Definition)))))
            {
                found.Add(automation);
            }
        }
        return found;
    }

    static string AddressOf(Automation automation) => string.Create(CultureInfo.InvariantCulture, $"automations/{automation.Id}");
}
