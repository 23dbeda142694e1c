using System.Globalization;
using Prickle.Accounts;
using Prickle.Definitions;
using Prickle.Shell;

namespace Prickle.Templates.Gallery;

/// <summary>One click from an event to a dashboard about it.</summary>
sealed class XrayAct(EventXray xray) : IEventAct
{
    public string Title => "X-ray";

    public string Hint => "Makes a dashboard about this event.";

    public bool IsOffered(ProjectGrant grant) => grant.Allows(Resource.Dashboard, Level.Write);

    public async Task<Outcome<string>> RunAsync(ProjectGrant grant, string eventName, CancellationToken cancellationToken) =>
        (await xray.MakeAsync(grant, eventName, cancellationToken)).Match<Outcome<string>>(
            made => ProjectAddress.Of(grant.ProjectId, string.Create(CultureInfo.InvariantCulture, $"dashboards/{made.Id}")), refusal => refusal);
}
