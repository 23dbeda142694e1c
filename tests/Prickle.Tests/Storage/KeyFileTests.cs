using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.Storage;

namespace Prickle.Tests.Storage;

public sealed class KeyFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prickle-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_a_crash_left_empty_does_not_make_the_other_keys_unreadable()
    {
        var keys = new SyncedKeyFiles(_folder, NullLoggerFactory.Instance);
        keys.StoreElement(new XElement("key", "first"), "key-1");
        File.WriteAllText(Path.Combine(_folder.FullName, "key-2.xml"), "");

        keys.GetAllElements().ShouldHaveSingleItem().Value.ShouldBe("first");

        keys.StoreElement(new XElement("key", "third"), "key-3");
        keys.GetAllElements().Select(key => key.Value).ShouldBe(["first", "third"], ignoreOrder: true);
    }
}
