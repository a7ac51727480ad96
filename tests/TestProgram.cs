using System.Runtime.CompilerServices;
using NfsTools.TestKit;

namespace NfsTools.Testing;

internal static class TestProgram
{
    [ModuleInitializer]
    internal static void Begin() => TestRun.Begin();
}
