using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Prickle.Storage;

/// <summary>
/// The keys that secrets and cookies are protected with, in files that are on the disk before anything is protected with
/// them. A file that a crash before that left empty is passed over: no secret needs it, and it would make all keys unreadable.
/// </summary>
sealed class SyncedKeyFiles(DirectoryInfo folder, ILoggerFactory loggers) : FileSystemXmlRepository(folder, loggers)
{
    public override IReadOnlyCollection<XElement> GetAllElements()
    {
        Directory.Create();
        foreach (var file in Directory.EnumerateFiles("*.xml").Where(file => file.Length == 0))
        {
            file.Delete();
        }

        return base.GetAllElements();
    }

    public override void StoreElement(XElement element, string friendlyName)
    {
        base.StoreElement(element, friendlyName);
        foreach (var file in Directory.EnumerateFiles("*.xml"))
        {
            using var stream = file.Open(FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Flush(flushToDisk: true);
        }
    }
}
