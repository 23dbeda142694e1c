using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Prickle.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AppliedEntries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "applied_through",
                table: "person_mirror_marks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "applied_through",
                table: "person_mirror_marks");
        }
    }
}
