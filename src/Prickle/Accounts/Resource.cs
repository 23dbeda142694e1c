namespace Prickle.Accounts;

/// <summary>
/// Everything that permissions are given on. In scopes and in the activity log a resource has its snake_case name
/// (see <see cref="ResourceNames"/>).
/// </summary>
public enum Resource
{
    Organization,
    Member,
    Project,
    /// <summary>One's own account.</summary>
    User,
    /// <summary>One's own personal API keys.</summary>
    Key,
    ActivityLog,
    Event,
    Person,
    Group,
    Session,
    SessionRecording,
    PropertyDefinition,
    IngestionWarning,
    Action,
    Cohort,
    Annotation,
    Insight,
    Query,
    Dashboard,
    DashboardTemplate,
    /// <summary>Dashboards that come by mail.</summary>
    Subscription,
    FeatureFlag,
    EarlyAccessFeature,
    /// <summary>Ways out: connections to Slack, GitHub, mail servers and the like.</summary>
    Destination,
    Automation,
    Ticket,
    Warehouse,
    Assistant,
    Track,
    Social,
    /// <summary>Operations on the analytical store itself.</summary>
    House,
}
