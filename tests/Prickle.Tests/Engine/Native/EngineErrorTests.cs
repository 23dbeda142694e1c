using Prickle.Engine.Native;

namespace Prickle.Tests.Engine.Native;

public sealed class EngineErrorTests
{
    [Theory]
    [InlineData("Code: 60. DB::Exception: No table. (UNKNOWN_TABLE)", 60, "Code: 60. DB::Exception: No table. (UNKNOWN_TABLE)")]
    [InlineData("Code: 27. DB::Exception: Bad. (CANNOT_PARSE) (version 26.7.2.1)", 27, "Code: 27. DB::Exception: Bad. (CANNOT_PARSE)")]
    [InlineData(
        "Code: 73. DB::Exception: Code: 73. DB::Exception: Unknown format X. (UNKNOWN_FORMAT) (version 26.7.2.1). (UNKNOWN_FORMAT)",
        73, "Code: 73. DB::Exception: Unknown format X. (UNKNOWN_FORMAT)")]
    [InlineData("Invalid or closed connection", 1002, "Code: 1002. DB::Exception: Invalid or closed connection. (UNKNOWN_EXCEPTION)")]
    public void What_the_library_reports_becomes_what_the_server_says(string reported, int code, string text) =>
        EngineError.Parse(reported).ShouldBe(new EngineError(code, text));

    [Fact]
    public void The_version_stands_at_the_end() =>
        EngineError.Of(202, "TOO_MANY", "Too many.").Render("26.7.2.1").ShouldBe("Code: 202. DB::Exception: Too many. (TOO_MANY) (version 26.7.2.1)");
}
