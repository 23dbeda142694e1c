using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Cohorts;
using Prickle.Cohorts.Calculation;
using Prickle.Cohorts.Pages;
using Prickle.Cohorts.Storage;
using Prickle.Persons;
using Prickle.Storage;
using Prickle.Tests.Ui;

namespace Prickle.Tests.Cohorts;

/// <summary>The page of a cohort while it is calculated.</summary>
public sealed class CohortPageTests : KitTest, IClassFixture<CohortHost>
{
    readonly CohortHost _host;

    public CohortPageTests(CohortHost host)
    {
        _host = host;
        Services.AddSingleton(host.Get<CohortQueries>()).AddSingleton(host.Get<CohortAdministration>()).AddSingleton(host.Get<CohortUpload>())
            .AddSingleton(host.Get<IActionDirectory>()).AddSingleton(host.Get<PersonQueries>());
        SetRendererInfo(new("Server", isInteractive: true));
    }

    [Fact]
    public async Task A_calculation_shows_how_long_it_runs_until_it_is_done()
    {
        await _host.DoAsync("counted", "dug", TimeSpan.FromDays(1));
        var criteria = new CohortGroup(Prickle.Filters.FilterJoin.And, [new BehaviorCriterion(CohortBehavior.Did, new CohortEvent("dug", null))]);
        var made = (await _host.Get<CohortAdministration>().CreateAsync(
            _host.Grant, new CohortSettings { Name = "Diggers", Filters = new(criteria) }, Xunit.TestContext.Current.CancellationToken)).ShouldBeOfType<Outcome<CohortProfile>.Done>().Value;
        await _host.Get<CohortWorker>().RunDueAsync(Xunit.TestContext.Current.CancellationToken);
        // A change that was not calculated yet, and is not due: the page sees it under way for as long as the test wants.
        await SetAsync(made.Id, row => (row.Edition, row.DueAt) = (row.Edition + 1, _host.Store.Time.GetUtcNow().AddDays(1)));
        var page = Render<CohortPage>(parameters => parameters
            .Add(page => page.ProjectId, _host.Grant.ProjectId).Add(page => page.CohortId, made.Id).AddCascadingValue(_host.Grant));
        page.WaitForAssertion(() => page.Find("progress[aria-label='Calculating the cohort']"));
        page.Find(".calculating b").TextContent.ShouldBe("1 s");
        page.Find("button[disabled]").TextContent.ShouldBe("Calculating…");

        Time.Advance(TimeSpan.FromSeconds(5));
        page.WaitForAssertion(() => page.Find(".calculating b").TextContent.ShouldBe("5 s"));

        await SetAsync(made.Id, row => row.DueAt = _host.Store.Time.GetUtcNow());
        await _host.Get<CohortWorker>().RunDueAsync(Xunit.TestContext.Current.CancellationToken);
        Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => page.FindAll("progress").ShouldBeEmpty());
    }

    async Task SetAsync(int id, Action<CohortRow> change)
    {
        await using var database = await _host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync();
        change(await database.Set<CohortRow>().SingleAsync(row => row.Id == id));
        await database.SaveChangesAsync();
    }
}
