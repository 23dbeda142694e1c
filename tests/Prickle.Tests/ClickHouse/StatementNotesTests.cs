using Prickle.ClickHouse;

namespace Prickle.Tests.ClickHouse;

/// <summary>What is noted with statements, and where it holds.</summary>
public sealed class StatementNotesTests
{
    [Fact]
    public async Task Notes_hold_within_their_block_and_in_what_is_awaited_there_and_nowhere_else()
    {
        StatementNotes.Text.ShouldBeNull();
        using (StatementNotes.Add(("project", "7"), ("part", "insight")))
        {
            // In the order of their names, so that equal notes are equal texts.
            StatementNotes.Text.ShouldBe("prickle part=insight project=7");
            await DeeperAsync();
            StatementNotes.Text.ShouldBe("prickle part=insight project=7");
        }
        StatementNotes.Text.ShouldBeNull();

        static async Task DeeperAsync()
        {
            await Task.Yield();
            using var noted = StatementNotes.Add(("part", "sql"), ("tile", ""), ("project", ""));
            await Task.Yield();
            StatementNotes.Text.ShouldBe("prickle part=sql");
        }
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a=b")]
    [InlineData("it's")]
    [InlineData("a\nb")]
    public void Words_of_people_are_no_notes(string value) => Should.Throw<ArgumentException>(() => StatementNotes.Add(("name", value)));

    [Fact]
    public void A_text_of_the_log_is_read_as_far_as_it_is_ours()
    {
        StatementNotes.Read("prickle part=insight project=7 junk insight= x=y=z").ShouldBe(
            new Dictionary<string, string> { ["part"] = "insight", ["project"] = "7" }, ignoreOrder: true);
        StatementNotes.Read("somebody part=insight").ShouldBeEmpty();
        StatementNotes.Read("").ShouldBeEmpty();
    }
}
