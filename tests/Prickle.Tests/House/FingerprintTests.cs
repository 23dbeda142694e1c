using Prickle.House.Frame;
using Prickle.House.Queries;

namespace Prickle.Tests.House;

/// <summary>What statements have in common.</summary>
public sealed class FingerprintTests
{
    [Theory]
    [InlineData("SELECT 1", "SELECT ?")]
    [InlineData("select  1 ;", "SELECT ?")]
    [InlineData("SELECT 1 -- one\n+ /* two */ 2", "SELECT ? + ?")]
    [InlineData("SELECT 'it''s', 'a\\'b', \"a b\", `c d`", "SELECT ?.., \"a b\", `c d`")]
    [InlineData("SELECT a FROM t WHERE b IN (1, 2, 3)", "SELECT a FROM t WHERE b IN (?..)")]
    [InlineData("SELECT a FROM t WHERE b IN (1)", "SELECT a FROM t WHERE b IN (?..)")]
    [InlineData("SELECT a FROM t WHERE b IN ['x', 'y']", "SELECT a FROM t WHERE b IN [?..]")]
    [InlineData("INSERT INTO t VALUES (1, 'x'), (2, 'y')", "INSERT INTO t VALUES (?..)")]
    [InlineData("INSERT INTO t (a, b) FORMAT JSONEachRow {\"a\":1}", "INSERT INTO t(a, b) FORMAT JSONEachRow")]
    [InlineData("SELECT x FROM t WHERE y = -1", "SELECT x FROM t WHERE y = ?")]
    [InlineData("SELECT x - 1 FROM t_1", "SELECT x - ? FROM t_1")]
    [InlineData("SELECT 1e-5, 0x1F, 1.5, .5", "SELECT ?..")]
    [InlineData("SELECT if(a, 1, 2), any(b), LEFT(c, 3) FROM t", "SELECT if(a, ?..), any(b), left(c, ?) FROM t")]
    [InlineData("SELECT {id:UInt64} FROM db.t LIMIT 5", "SELECT {id:UInt64} FROM db.t LIMIT ?")]
    [InlineData("select a from system.one, default.table", "SELECT a FROM system.one, default.table")]
    [InlineData("SELECT 'never ends", "SELECT ?")]
    [InlineData("", "")]
    public void Values_go_and_the_rest_stays(string statement, string text) => NormalText.Of(statement).ShouldBe(text);

    [Fact]
    public void Statements_that_differ_in_their_values_have_one_id_and_others_another()
    {
        QueryFingerprint.Of("SELECT count() FROM a WHERE id = 5").Id.ShouldBe(QueryFingerprint.Of("select count()\nFROM a /* x */ WHERE id = 'seven';").Id);
        QueryFingerprint.Of("SELECT count() FROM a").Id.ShouldNotBe(QueryFingerprint.Of("SELECT count() FROM b").Id);
        QueryFingerprint.IsId(QueryFingerprint.Of("SELECT 1").Id).ShouldBeTrue();
        QueryFingerprint.IsId("' OR 1=1 -- xxxx").ShouldBeFalse();
    }

    [Theory]
    [InlineData("SELECT a FROM db.t JOIN `u v` ON 1", "db.t,u v")]
    [InlineData("INSERT INTO x SELECT * FROM numbers(3)", "x")]
    [InlineData("ALTER TABLE d.t DELETE WHERE 1", "d.t")]
    [InlineData("SELECT a FROM system.one", "system.one")]
    [InlineData("SELECT 1", "")]
    public void Tables_are_those_behind_from_join_and_into(string statement, string tables) => string.Join(',', TablesOf.Statement(statement)).ShouldBe(tables);

    [Theory]
    [InlineData("SELECT 1", "Select")]
    [InlineData("-- x\n WITH 1 AS a SELECT a", "Select")]
    [InlineData("(SELECT 1)", "Select")]
    [InlineData("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "Insert")]
    [InlineData("alter table t delete where 1", "Alter")]
    [InlineData("SELECT ';' FROM t;", "Select")]
    [InlineData("SELECT 1; DROP TABLE t", null)]
    [InlineData("-- only a comment", null)]
    public void One_statement_is_told_by_its_first_word_and_several_are_none(string text, string? kind) => StatementGuard.Read(text)?.Kind.ShouldBe(kind);

    [Fact]
    public void A_format_at_the_end_is_taken_off()
    {
        StatementGuard.Read("SELECT format FROM t FORMAT JSON;")!.WithoutFormat.ShouldBe("SELECT format FROM t");
        StatementGuard.Read("SELECT 'FORMAT JSON'")!.WithoutFormat.ShouldBe("SELECT 'FORMAT JSON'");
    }

    [Fact]
    public void Quantiles_are_exact_to_a_hundred_milliseconds_and_half_a_per_cent_beyond()
    {
        var histogram = new DurationHistogram();
        for (var milliseconds = 0; milliseconds < 100; milliseconds++)
        {
            histogram.Add(milliseconds, 1);
        }
        // The fiftieth of a hundred, counted from 0.
        (histogram.Quantile(0.5), histogram.Quantile(0.95), histogram.Quantile(1)).ShouldBe((49, 94, 99));
        var slow = new DurationHistogram();
        // log(1,000 / 100) × 100 = 230.26.
        slow.Add(330, 10);
        slow.Quantile(0.5).ShouldBe(1000, 10);
    }

    [Fact]
    public void The_same_durations_are_chance_and_others_are_not()
    {
        var (one, same, slower) = (new DurationHistogram(), new DurationHistogram(), new DurationHistogram());
        for (var at = 0; at < 20; at++)
        {
            one.Add(10 + at, 1);
            same.Add(10 + (at * 7 % 20), 1);
            slower.Add(30 + at, 1);
        }
        Regressions.ChanceOf(one, same).ShouldBe(1, 0.01);
        // All of one before all of the other: z = 200 / sqrt(20 × 20 × 41 / 12) = 5.41, of which 6e-8 lies beyond.
        Regressions.ChanceOf(one, slower).ShouldBeLessThan(1e-6);
        Regressions.ChanceOf(one, new DurationHistogram()).ShouldBe(1);
    }

    [Fact]
    public void A_flame_graph_has_all_samples_at_its_root()
    {
        var root = FlameNode.Fold([(["main", "run", "read"], 5), (["main", "run"], 2), (["main", "0x1f"], 1)]);

        root.Samples.ShouldBe(8);
        var main = root.Children.Single();
        (main.Name, main.Samples).ShouldBe(("main", 8));
        main.Children.Select(child => (child.Name, child.Samples)).ShouldBe([("0x1f", 1), ("run", 7)]);
        main.Children.Single(child => child.Name == "run").Children.Single().Samples.ShouldBe(5);
    }
}
