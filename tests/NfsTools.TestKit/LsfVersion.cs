namespace NfsTools.TestKit;

/// <summary>The last JOB_FINISH field of each version, by its number in the full layout.</summary>
internal static class LsfVersion
{
    /// <summary>The token openlava writes.</summary>
    public const string OpenLava = "40";

    public const int CommandSpool = 58;
    public const int RsvId = 59;
    public const int ChargedSaap = 66;
    public const int RequeueExitValues = 72;
    public const int SubmitExtension = 78;
    public const int Affinity = 96;
    public const int SerialJobEnergy = 97;
    public const int AllocSlots = 102;
    public const int GpuUsages = 106;
    public const int FinishPairs = 108;
    public const int LateFloats = 111;

    private static readonly Dictionary<string, int> LastFields = new()
    {
        [OpenLava] = CommandSpool,
        ["5.1"] = RsvId,
        ["6.0"] = ChargedSaap,
        ["7.03"] = RequeueExitValues,
        ["7.06"] = SubmitExtension,
        ["9.11"] = Affinity,
        ["9.12"] = SerialJobEnergy,
        ["9.13"] = AllocSlots,
        ["10.1"] = GpuUsages,
        ["10.108"] = FinishPairs,
        ["10.110"] = LateFloats,
    };

    public static bool IsKnown(string version) => LastFields.ContainsKey(version);

    public static int LastField(string version) => LastFields.TryGetValue(version, out int field)
        ? field
        : throw new ArgumentException($"'{version}' is not a known lsb.acct version.", nameof(version));
}
