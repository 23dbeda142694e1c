using Prickle.Demo;

namespace Prickle.Tests.Demo;

public sealed class DemoFileTests : IDisposable
{
    static readonly DemoFile File = new(
        "http://localhost:8000", 3, "phc_token", "phx_key", "demo@leafpile.test", "secret",
        new DateTimeOffset(2026, 11, 22, 15, 30, 0, TimeSpan.Zero), false);

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-file-");

    [Fact]
    public void What_is_written_is_read_again()
    {
        File.Write(_folder.FullName);

        DemoFile.Read(_folder.FullName).ShouldBe(File);
    }

    [Fact]
    public void It_replaces_the_one_of_an_earlier_start()
    {
        File.Write(_folder.FullName);
        (File with { IsComplete = true }).Write(_folder.FullName);

        DemoFile.Read(_folder.FullName)!.IsComplete.ShouldBeTrue();
        _folder.GetFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public void Only_its_owner_can_read_it()
    {
        File.Write(_folder.FullName);

        System.IO.File.GetUnixFileMode(DemoFile.PathIn(_folder.FullName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"url\":")]
    public void A_file_that_is_missing_or_broken_is_none(string? content)
    {
        if (content is not null)
        {
            System.IO.File.WriteAllText(DemoFile.PathIn(_folder.FullName), content);
        }

        DemoFile.Read(_folder.FullName).ShouldBeNull();
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
