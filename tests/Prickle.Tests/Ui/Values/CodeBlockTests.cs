using Bunit;
using Prickle.Ui.Values;

namespace Prickle.Tests.Ui.Values;

public sealed class CodeBlockTests : KitTest
{
    [Fact]
    public void Sql_is_coloured_and_stays_the_very_text()
    {
        const string sql = "SELECT count() FROM events -- all\nWHERE a = 'it''s <b>' AND project_id = {p1:Int32} LIMIT 10";
        var block = Render<CodeBlock>(parameters => parameters.Add(b => b.Code, sql).Add(b => b.Language, "sql"));
        block.Find("code").TextContent.ShouldBe(sql);
        block.FindAll(".keyword").Select(piece => piece.TextContent).ShouldBe(["SELECT", "FROM", "WHERE", "AND", "LIMIT"]);
        block.Find(".text").TextContent.ShouldBe("'it''s <b>'");
        block.Find(".parameter").TextContent.ShouldBe("{p1:Int32}");
        block.Find(".comment").TextContent.ShouldBe("-- all");
        block.Find(".number").TextContent.ShouldBe("10");
    }
}
