using Microsoft.Extensions.Options;
using MudBlazor;
using Prickle.Accounts;
using Prickle.ClickHouse;
using Prickle.Cohorts;
using Prickle.Filters;
using Prickle.Shell;
using Prickle.Sql.Api;
using Prickle.Sql.Checking;
using Prickle.Sql.Library;
using Prickle.Sql.Running;
using Prickle.Sql.Views;
using Prickle.Storage;

namespace Prickle.Sql;

/// <summary>SQL over a project's data: the sandbox that every hand-written statement runs in, and the console.</summary>
public static class SqlModule
{
    public static IServiceCollection AddSql(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SqlOptions>().Bind(configuration.GetSection("Sql")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ProjectViews>();
        services.AddSingleton<IProjectDeletionListener>(provider => provider.GetRequiredService<ProjectViews>());
        services.AddSingleton<IAnalyticalCopies>(provider => provider.GetRequiredService<ProjectViews>());
        services.AddHostedService<ViewPreparation>();
        services.AddSingleton<SandboxConnection>();
        services.AddSingleton<EngineFunctions>();
        services.AddSingleton<StatementCheck>();
        services.AddSingleton<ProjectTurns>();
        services.AddSingleton<RunningStatements>();
        services.AddSingleton(provider => new SqlSandbox(
            provider.GetRequiredService<ProjectViews>(), provider.GetRequiredService<SandboxConnection>(),
            provider.GetRequiredService<StatementCheck>(), provider.GetRequiredService<ProjectTurns>(),
            provider.GetRequiredService<RunningStatements>(), provider.GetRequiredService<ISqlFilterReader>(),
            provider.GetRequiredService<IOptions<SqlOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SqlSchema(
            provider.GetRequiredService<ClickHouseStore>(), provider.GetRequiredService<ProjectViews>(),
            provider.GetRequiredService<EngineFunctions>()));
        services.AddSingleton<SqlExport>();
        services.AddSingleton<ICohortUse, SavedQueryUses>();
        services.AddSingleton<IExpressionCheck, RowExpressionCheck>();
        services.AddSingleton<AnswerSqlQuery>();
        services.AddSingleton<SqlHistory>();
        services.AddSingleton<SavedSqlQueries>();
        services.AddSingleton<IProjectDeletionListener, LibraryRemoval>();
        return services.AddNavigation(new NavigationEntry(
            "SQL", "sql", Icons.Material.Outlined.Terminal, NavigationArea.Understand, 60, "console query clickhouse hogql statement", Resource.Query));
    }

    /// <summary>The endpoints, on the group that <c>MapProjectApi</c> gives.</summary>
    public static void MapSql(this RouteGroupBuilder project) => SqlEndpoints.Map(project);
}
