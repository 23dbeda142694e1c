using System.Globalization;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Shell;
using Prickle.Sql;

namespace Prickle.Templates.Gallery;

/// <summary>One click from a table to a dashboard about it.</summary>
sealed class TableXrayAct(TableXray xray) : ITableAct
{
    public string Title => "X-ray";

    public string Icon => Icons.Material.Outlined.Insights;

    public bool IsOffered(ProjectGrant grant) => grant.Allows(Resource.Dashboard, Level.Write);

    public async Task<Outcome<string>> RunAsync(ProjectGrant grant, string table, CancellationToken cancellationToken) =>
        (await xray.MakeAsync(grant, table, cancellationToken)).Match<Outcome<string>>(
            made => ProjectAddress.Of(grant.ProjectId, string.Create(CultureInfo.InvariantCulture, $"dashboards/{made.Id}")), refusal => refusal);
}
