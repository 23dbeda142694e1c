using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Prickle.Storage;
using Prickle.Tests.Accounts;

namespace Prickle.Tests.Storage;

/// <summary>Connections that stay open see what others write, and each is asked by one at a time.</summary>
public sealed class PreparedReadsTests(SharedPostgres shared)
{
    const string NameOfOne = "SELECT name FROM organizations WHERE id = @p0";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_written_is_seen_by_the_next_question(bool isOnServer)
    {
        await using var host = await StartAsync(isOnServer);
        var reads = host.Get<PreparedReads>();
        var id = (await host.OrganizationAsync()).OrganizationId;
        (await NameAsync(reads, id)).ShouldBe("Burrow");
        await RenameAsync(host, "Hollow");
        (await NameAsync(reads, id)).ShouldBe("Hollow");
        (await NameAsync(reads, 0)).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_ask_the_same_at_once_and_each_gets_their_own_answer(bool isOnServer)
    {
        await using var host = await StartAsync(isOnServer);
        var reads = host.Get<PreparedReads>();
        var id = (await host.OrganizationAsync()).OrganizationId;
        var names = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(async () =>
        {
            // Both questions of one request are answered by one connection, the second after the first.
            await using var reading = reads.Begin();
            await AskAsync(reading, 0);
            return await AskAsync(reading, number % 2 == 0 ? id : 0);
        }, Cancellation)));
        names.Where((_, number) => number % 2 == 0).ShouldAllBe(name => name == "Burrow");
        names.Where((_, number) => number % 2 == 1).ShouldAllBe(name => name == null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_that_fails_leaves_the_next_one_alone(bool isOnServer)
    {
        await using var host = await StartAsync(isOnServer);
        var reads = host.Get<PreparedReads>();
        await Should.ThrowAsync<DbException>(async () =>
        {
            await using var reading = reads.Begin();
            await using var row = await reading.AskAsync("SELECT nothing FROM nowhere WHERE id = @p0", [1], Cancellation);
        });
        (await NameAsync(reads, (await host.OrganizationAsync()).OrganizationId)).ShouldBe("Burrow");
    }

    async Task<AccountsHost> StartAsync(bool isOnServer) => await AccountsHost.StartSetUpAsync(settings: isOnServer
        ? new Dictionary<string, string?> { ["Database:Url"] = await (await shared.StartedAsync()).NewDatabaseAsync() } : null);

    static async Task<string?> NameAsync(PreparedReads reads, int id)
    {
        await using var reading = reads.Begin();
        return await AskAsync(reading, id);
    }

    static async Task<string?> AskAsync(PreparedReading reading, int id)
    {
        await using var row = await reading.AskAsync(NameOfOne, [id], Cancellation);
        return await row.ReadAsync(Cancellation) ? row.GetString(0) : null;
    }

    static async Task RenameAsync(AccountsHost host, string name)
    {
        await using var database = await host.Get<IDbContextFactory<PrickleDatabase>>().CreateDbContextAsync(Cancellation);
        await database.Database.ExecuteSqlAsync($"UPDATE organizations SET name = {name}", Cancellation);
    }
}
