using Prickle.Accounts;
using Prickle.Api;
using Prickle.Dashboards.Viewing;
using Prickle.Insights;

namespace Prickle.Dashboards.Api;

/// <summary>A dashboard as a file, drawn by the server.</summary>
static class DashboardExports
{
    const string Description = "`filters` is JSON as in the address of the page, in place of the dashboard's own. Two of a project at once, within 60 seconds.";

    public static void Map(RouteGroupBuilder dashboards)
    {
        dashboards.MapGet("/{id:int}/export.png", (int id, string? filters, ProjectGrant grant, Export export, HttpContext context, CancellationToken stop) =>
                export.SendAsync(id, filters, grant, "png", "image/png", (pictures, dashboard, laid, token) => pictures.PngAsync(grant, dashboard, laid, token), context, stop))
            .Requires(Resource.Dashboard, Level.Read).WithSummary("Gives the dashboard as one picture").WithDescription(Description);
        dashboards.MapGet("/{id:int}/export.pdf", (int id, string? filters, ProjectGrant grant, Export export, HttpContext context, CancellationToken stop) =>
                export.SendAsync(id, filters, grant, "pdf", "application/pdf", (pictures, dashboard, laid, token) => pictures.PdfAsync(grant, dashboard, laid, token), context, stop))
            .Requires(Resource.Dashboard, Level.Read).WithSummary("Gives the dashboard on pages of A4").WithDescription(Description);
    }

    /// <summary>What both forms need.</summary>
    public sealed class Export(DashboardBook book, DashboardPictures pictures, PictureExports exports)
    {
        public async Task<IResult> SendAsync(
            int id, string? filters, ProjectGrant grant, string ending, string contentType,
            Func<DashboardPictures, Dashboard, DashboardFilters, CancellationToken, Task<byte[]>> draw, HttpContext context, CancellationToken cancellationToken)
        {
            if (await book.FindAsync(grant.ProjectId, id, grant.Actor.UserId, cancellationToken) is not { Deleted: false } dashboard)
            {
                return ApiProblem.NotFound("Dashboard not found.");
            }
            var laid = string.IsNullOrEmpty(filters) ? dashboard.Filters : FilterAddress.Read(filters);
            return laid is null
                ? ApiProblem.Invalid("filters", "The filters are not JSON of the expected form.")
                : await exports.SendAsync(grant.ProjectId, $"{dashboard.Name}.{ending}", contentType, context, async stop => await draw(pictures, dashboard, laid, stop), cancellationToken);
        }
    }
}
