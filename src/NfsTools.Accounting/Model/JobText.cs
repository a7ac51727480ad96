namespace NfsTools.Accounting.Model;

/// <summary>The text fields every scheduler's job has, in the order of the store's columns.</summary>
internal enum JobText
{
    User,
    Queue,
    Project,
    State,
    Hosts,
    FromHost,
    App,
    UserGroup,
    JobGroup,
    Sla,
    ResReq,
    EffectiveResReq,
    DependCond,
    Cwd,
    JobName,
    Command,
}
