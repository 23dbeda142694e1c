using Prickle.Accounts;
using Prickle.Annotations;
using Prickle.Storage;

namespace Prickle.Dashboards.Storage;

/// <summary>Dashboards as something that annotations are kept to: restored with its dashboard, an annotation is there again.</summary>
sealed class AnnotatedDashboards : IAnnotatedDashboards
{
    public IQueryable<AnnotatedDashboard> Of(PrickleDatabase database, int projectId) => database.Set<DashboardRow>()
        .Where(row => row.ProjectId == projectId && !row.Deleted).Select(row => new AnnotatedDashboard { Id = row.Id, Name = row.Name });

    public bool MaySee(ProjectGrant grant) => grant.Allows(Resource.Dashboard, Level.Read);
}
