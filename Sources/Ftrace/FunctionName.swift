/// Names of functions, as compilers and probes change them.
public enum FunctionName {
    /// The name without what a compiler adds to it (`.isra.0`, `.constprop.0`); nil for parts of functions that are no functions by
    /// themselves (`klp_start_transition.part.0` runs within klp_start_transition).
    public static func canonical(_ name: String) -> String? {
        guard let dot = name.firstIndex(of: ".") else { return name }
        let suffix = name[dot...]
        if suffix.contains(".part.") || suffix.contains(".cold") { return nil }
        return String(name[..<dot])
    }

    /// The function that a probe was put on, as far as the probe's name tells: `klp_enable_patch_ret`, `p_klp_enable_patch_0`,
    /// `klp_enable_patch__return`.
    public static func function(ofProbe name: String, isReturn: Bool) -> String {
        var name = name[...]
        for prefix in ["p_", "r_"] where name.hasPrefix(prefix + "klp_") { name = name.dropFirst(prefix.count) }
        if let last = name.lastIndex(of: "_"), last < name.index(before: name.endIndex),
            name[last...].dropFirst().allSatisfy(\.isNumber)
        {
            name = name[..<last]
        }
        // The longer marks first: one may end with another.
        let marks = isReturn ? ["__return", "_return", "__exit", "_exit", "__ret", "_ret"] : ["__entry"]
        for mark in marks where name.hasSuffix(mark) { return String(name.dropLast(mark.count)) }
        return String(name)
    }
}
