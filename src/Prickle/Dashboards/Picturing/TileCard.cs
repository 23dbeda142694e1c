using Prickle.Pictures;

namespace Prickle.Dashboards.Picturing;

/// <summary>A tile as a card, and what came of its question.</summary>
sealed record TileCard(DashboardTile Tile, PictureCard Card, DateTimeOffset? ComputedAt, bool Failed);
