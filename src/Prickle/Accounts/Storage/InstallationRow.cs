using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Prickle.Accounts.Storage;

/// <summary>The one row that is there once the product is set up: of two first users at once, only one can add it.</summary>
sealed class InstallationRow
{
    public const int TheOne = 1;

    public int Id { get; set; } = TheOne;
    public DateTimeOffset SetUpAt { get; set; }

    sealed class Configuration : IEntityTypeConfiguration<InstallationRow>
    {
        public void Configure(EntityTypeBuilder<InstallationRow> installation)
        {
            installation.ToTable("installation");
            installation.Property(row => row.Id).ValueGeneratedNever();
        }
    }
}
