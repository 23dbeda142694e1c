using System.Text.Json;
using CsCheck;
using Prickle.ClickHouse;
using Prickle.Sql;

namespace Prickle.Tests.Sql;

/// <summary>Statements put together at random from names, quotes and comments never reach another database.</summary>
public sealed class SqlPropertyTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task Random_identifiers_never_reach_another_database()
    {
        var word = Among("events", "events", "persons", "OTHER", "OWN", "MAIN", "system", "one", "tables", "e", "`a, function_name: upper`", "merge", "x");
        var quote = Among("", "`", "\"");
        var name = Gen.Select(word, quote, (text, mark) => $"{mark}{text}{mark}");
        var space = Among("", " ", "/**/", " -- x\n", "\n");
        var path = Gen.Select(name, space, name, Gen.Bool, (first, gap, second, isPath) => isPath ? $"{first}{gap}.{gap}{second}" : first);
        var source = Gen.Select(path, name, Gen.Int[0, 8], (table, alias, shape) => shape switch
        {
            0 => $"(SELECT * FROM {table})",
            1 => $"{table} AS {alias}",
            2 => $"events AS {alias} JOIN {table} ON 1",
            3 => $"(SELECT event FROM events UNION ALL SELECT event FROM {table})",
            4 => $"merge('{table}', 'events')",
            5 => $"view(SELECT * FROM {table})",
            6 => $"events WHERE event IN {table}",
            7 => $"events WHERE event IN (SELECT event FROM {table})",
            _ => table,
        });
        var statement = Gen.Select(source, path, Gen.Int[0, 3], (from, cte, shape) => shape switch
        {
            0 => $"WITH events AS (SELECT * FROM {cte}) SELECT * FROM {from}",
            1 => $"SELECT (SELECT any(toString(properties)) FROM {cte}) FROM {from}",
            _ => $"SELECT * FROM {from}",
        });
        var (ran, refused) = (0, 0);

        var statements = new List<string>();
        Check.Sample(statement, statements.Add, iter: 200, threads: 1);
        foreach (var text in statements)
        {
            var filled = text.Replace("OTHER", fixture.OtherDatabase).Replace("OWN", fixture.OwnDatabase).Replace("MAIN", fixture.ProductDatabase);
            var outcome = await RunAsync(filled);
            if (outcome is SqlOutcome<SqlAnswer>.Done { Value: var answer })
            {
                ran++;
                // The word is a property of the other project's only event.
                JsonSerializer.Serialize(answer.Results).ShouldNotContain("carrot", Case.Insensitive, filled);
                JsonSerializer.Serialize(answer.Results).ShouldNotContain("mallory", Case.Insensitive, filled);
            }
            else
            {
                refused++;
                ((SqlOutcome<SqlAnswer>.Refused)outcome).Refusal.Detail.ShouldNotContain("carrot", Case.Insensitive, filled);
            }
        }

        ran.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(50);
    }

    async Task<SqlOutcome<SqlAnswer>> RunAsync(string statement)
    {
        try
        {
            return await fixture.Sandbox.RunAsync(fixture.Own, new SqlRequest(statement), TestContext.Current.CancellationToken);
        }
        catch (ClickHouseUnavailableException gone)
        {
            throw new ShouldAssertException($"The engine is gone after: {statement}", gone);
        }
    }

    static Gen<string> Among(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
}
