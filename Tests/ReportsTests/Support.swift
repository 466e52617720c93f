import ByteScan
import Conformance
import Livepatch
import Reports
import Timeline

/// What the tool has to tell of some sources.
func makeReport(of sources: [Source]) -> Report {
    let boots = EvidenceSets.boots(of: sources).map { Analysis(of: $0) }
    return Report(sources: sources, boots: boots)
}

/// What the tool has to tell of some bytes.
func makeReport(_ bytes: some Sequence<UInt8>, name: String = "dmesg.log") -> Report {
    makeReport(of: [Source(text: bytes, name: name, index: 0, needles: Needles.all)])
}

/// Small logs, as dmesg prints them. The texts are those of the kernel's own test modules on 6.1.
enum SmallLog {
    /// A livepatch is enabled and disabled.
    static let conforming = stamped(enabled + disabled)
    /// A reversed enable that runs pre_unpatch: klp_reverse_transition() never does.
    static let violating = stamped(
        starts + [
            "test_klp_callbacks_demo: pre_unpatch_callback: vmlinux",
            "livepatch: 'test_klp_callbacks_demo': reversing transition from patching to unpatching",
            "livepatch: 'test_klp_callbacks_demo': starting unpatching transition",
        ] + disabled.suffix(3))
    /// The log ends in a transition.
    static let inconclusive = stamped(starts)

    /// A module creates a shadow variable, finds it and frees it.
    static let shadows = stamped([
        "% modprobe test_klp_shadow_vars",
        "test_klp_shadow_vars: shadow_ctor: PTR3 -> PTR2",
        "test_klp_shadow_vars: klp_shadow_alloc(obj=PTR1, id=0x1234, size=8, gfp_flags=GFP_KERNEL), ctor=PTR4, "
            + "ctor_data=PTR2 = PTR3",
        "test_klp_shadow_vars: klp_shadow_get(obj=PTR1, id=0x1234) = PTR3",
        "test_klp_shadow_vars:   got expected PTR3 -> PTR2 result",
        "test_klp_shadow_vars: shadow_dtor(obj=PTR1, shadow_data=PTR3)",
        "test_klp_shadow_vars: klp_shadow_free(obj=PTR1, id=0x1234, dtor=PTR5)",
        "% rmmod test_klp_shadow_vars",
    ])

    private static let starts = [
        "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC",
        "livepatch: enabling patch 'test_klp_callbacks_demo'",
        "livepatch: 'test_klp_callbacks_demo': initializing patching transition",
        "test_klp_callbacks_demo: pre_patch_callback: vmlinux",
        "livepatch: 'test_klp_callbacks_demo': starting patching transition",
    ]
    private static let enabled =
        starts + [
            "livepatch: 'test_klp_callbacks_demo': completing patching transition",
            "test_klp_callbacks_demo: post_patch_callback: vmlinux",
            "livepatch: 'test_klp_callbacks_demo': patching complete",
        ]
    private static let disabled = [
        "livepatch: 'test_klp_callbacks_demo': initializing unpatching transition",
        "test_klp_callbacks_demo: pre_unpatch_callback: vmlinux",
        "livepatch: 'test_klp_callbacks_demo': starting unpatching transition",
        "livepatch: 'test_klp_callbacks_demo': completing unpatching transition",
        "test_klp_callbacks_demo: post_unpatch_callback: vmlinux",
        "livepatch: 'test_klp_callbacks_demo': unpatching complete",
    ]

    private static func stamped(_ messages: [String]) -> String {
        messages.enumerated().map { "[  1\(10 + $0.offset).000001] \($0.element)\n" }.joined()
    }
}
