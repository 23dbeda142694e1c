using Prickle.Accounts;
using Prickle.Activity;
using Prickle.Api;
using Prickle.Capture;
using Prickle.Events;
using Prickle.Groups;
using Prickle.Hosting;
using Prickle.Persons;
using Prickle.Projects;
using Prickle.Sessions;
using Prickle.Shell;
using Prickle.Status;
using Prickle.Storage;

var (line, mistake) = CommandLine.Parse(args);
if (line is null)
{
    await Console.Error.WriteLineAsync(mistake);
    return 2;
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = line.Others, ContentRootPath = AppContext.BaseDirectory });
builder.UseCommandLine(line);

builder.Services.AddStorage(builder.Configuration, line.DataFolder);
builder.Services.AddAnalyticalStore(builder.Configuration, line.DataFolder);
builder.Services.AddPrickleAuthentication();
builder.Services.AddAccounts();
builder.Services.AddActivity();
builder.Services.AddApi(builder.Configuration);
builder.Services.AddPersons();
builder.Services.AddGroups();
builder.Services.AddCapture(line.DataFolder);
builder.Services.AddEvents();
builder.Services.AddSessions();
builder.Services.AddProjects();
builder.Services.AddStatus();
builder.Services.AddShell();

var app = builder.Build();
app.UseCaptureCors();
app.UseSecurityHeaders();
app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
app.UseApiErrors();
app.UseAuthentication();
app.UseAuthorization();
app.UseApiGate();
app.UseAntiforgery();
app.MapHealth();
app.MapCapture();
app.MapAccounts();
app.MapActivity();
var project = app.MapProjectApi();
project.MapEvents();
project.MapSessions();
project.MapPersons();
project.MapGroups();
project.MapIngestionWarnings();
app.MapApiReference();
app.MapShell();
try
{
    app.Run();
    return 0;
}
catch (StorageException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
