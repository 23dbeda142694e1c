using System.Data.Common;
using Prickle.ClickHouse;

namespace Prickle.Templates.Suggesting;

/// <summary>Whether the analytical store could not answer: what is only better with it goes on without.</summary>
static class StoreAway
{
    public static bool Is(Exception failure) => failure is ClickHouseUnavailableException or HttpRequestException or IOException or DbException;
}
