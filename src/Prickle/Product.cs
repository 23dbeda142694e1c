using Prickle.Accounts;
using Prickle.Actions;
using Prickle.Activity;
using Prickle.Annotations;
using Prickle.Api;
using Prickle.Automations;
using Prickle.Capture;
using Prickle.Cohorts;
using Prickle.Dashboards;
using Prickle.Definitions;
using Prickle.Demo;
using Prickle.Destinations;
using Prickle.Events;
using Prickle.Filters;
using Prickle.Flags;
using Prickle.Groups;
using Prickle.Hosting;
using Prickle.House;
using Prickle.Insights;
using Prickle.Mail;
using Prickle.Messages;
using Prickle.Persons;
using Prickle.Previews;
using Prickle.Projects;
using Prickle.Rendering;
using Prickle.Servers;
using Prickle.Sessions;
using Prickle.Shell;
using Prickle.Sql;
using Prickle.Status;
using Prickle.Storage;
using Prickle.Subscriptions;
using Prickle.Templates;

namespace Prickle;

/// <summary>The table of contents: every module, once where it adds its services and once where it takes requests.</summary>
public static class Product
{
    public static void AddProduct(this WebApplicationBuilder builder, CommandLine line)
    {
        builder.Services.AddStorage(builder.Configuration, line.DataFolder);
        builder.Services.AddAnalyticalStore(builder.Configuration, line.DataFolder);
        builder.Services.AddProxySupport(builder.Configuration);
        builder.Services.AddOutboundHttp(builder.Configuration);
        builder.Services.AddMail(builder.Configuration);
        builder.Services.AddRendering();
        builder.Services.AddPrickleAuthentication();
        builder.Services.AddAccounts();
        builder.Services.AddActivity();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddPersons();
        builder.Services.AddGroups();
        builder.Services.AddCapture(line.DataFolder);
        builder.Services.AddDefinitions();
        builder.Services.AddFilters();
        builder.Services.AddEvents();
        builder.Services.AddSessions();
        builder.Services.AddSql(builder.Configuration);
        builder.Services.AddActions();
        builder.Services.AddCohorts();
        builder.Services.AddAnnotations();
        builder.Services.AddFlags();
        builder.Services.AddPreviews();
        builder.Services.AddDestinations();
        builder.Services.AddMessages();
        builder.Services.AddAutomations();
        builder.Services.AddInsights(builder.Configuration);
        builder.Services.AddDashboards();
        builder.Services.AddTemplates();
        builder.Services.AddSubscriptions();
        builder.Services.AddServers(builder.Configuration);
        builder.Services.AddHouse();
        builder.Services.AddProjects();
        builder.Services.AddStatus();
        builder.Services.AddDemo(builder.Configuration, line);
        builder.Services.AddShell();
    }

    public static void UseProduct(this WebApplication app)
    {
        app.UseProxySupport();
        app.UseCaptureCors();
        app.UseSecurityHeaders();
        app.UseFileCompression();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseApiErrors();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAskerNotes();
        app.UseAuthorization();
        app.UseApiGate();
        app.UseAntiforgery();

        app.MapHealth();
        app.MapCapture();
        app.MapFlagEvaluation();
        app.MapPublicPreviews();
        app.MapPublicMessages();
        app.MapAutomationHooks();
        app.MapAccounts();
        app.MapActivity();
        var project = app.MapProjectApi();
        project.MapDefinitions();
        project.MapEvents();
        project.MapSessions();
        project.MapPersons();
        project.MapGroups();
        project.MapActions();
        project.MapCohorts();
        project.MapAnnotations();
        project.MapFlags();
        project.MapPreviews();
        project.MapAutomations();
        project.MapDestinations();
        project.MapIngestionWarnings();
        project.MapSql();
        project.MapInsights();
        project.MapDashboards();
        project.MapTemplates();
        project.MapSubscriptions();
        var organization = app.MapOrganizationApi();
        organization.MapServers();
        organization.MapHouse();
        app.MapSharedInsights();
        app.MapSharedDashboards();
        app.MapLeaving();
        app.MapApiReference();
        app.MapShell();
    }
}
