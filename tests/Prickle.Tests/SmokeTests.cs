namespace Prickle.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_test_project_runs() => 1.ShouldBe(1);
}
