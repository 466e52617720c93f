/// KLP-G: the log as a whole.
extension Rule {
    static let sectionsDoNotInterleave = Rule(
        .sectionsDoNotInterleave, "Operations do not interleave", .since(.linux412),
        statement: """
            An enable, a disable, a reversal, a completion, a module that comes or goes: each runs under klp_mutex \
            from its first line to its last. Lines of others may stand between, but no livepatch line of another \
            operation.
            """,
        proof: "A line of one operation between two lines of another, or moved out of its own.",
        undecidable: "The log was put together from several sources whose order is not certain.",
        in: [
            "klp_mutex in klp_enable_patch, enabled_store (all)",
            "klp_mutex in klp_module_coming, klp_module_going (linux-4.6 and later)",
            "klp_mutex in klp_transition_work_fn (linux-4.12 and later)",
        ],
        help: "See whether lines of several machines or sources are mixed, or were sorted by their stamps.")

    static let oneNamePerSection = Rule(
        .oneNamePerSection, "One operation names one patch", .since(.linux412),
        statement: """
            All lines of an enable, a disable, a reversal or a completion name the same patch; those of a completion \
            also name the same direction. Only a module that comes or goes concerns several patches.
            """,
        proof: """
            A line of the expected kind that names another patch, object or direction, in the place of the expected \
            one.
            """,
        undecidable: "Several lines differ: then they are judged as another operation.",
        in: ["klp_mutex in klp_enable_patch, enabled_store (all), klp_transition_work_fn (linux-4.12 and later)"],
        help: "Look for names that were changed by hand, and for damage of the log at that place.")

    static let kernelWarning = Rule(
        .kernelWarning, "The kernel does not warn", .all,
        statement: """
            The WARN_ON checks of kernel/livepatch/core.c, transition.c and patch.c hold: they state what the \
            subsystem takes for granted about itself. A WARNING elsewhere in the kernel is only noted.
            """,
        proof: "A WARNING at one of these files.",
        undecidable: "Never: the kernel says it. WARN_ON_ONCE says it once in a boot.",
        in: ["WARN_ON in kernel/livepatch/core.c (all), transition.c and patch.c (linux-4.12 and later)"],
        help: """
            The file's line and the back trace below the warning name the check; what was done just before is the \
            cause.
            """)

    static let oneDialectPerBoot = Rule(
        .oneDialectPerBoot, "One boot speaks one dialect", .all, severity: .warning,
        statement: """
            The texts of livepatch's lines belong to one generation: `disabling patch` is only in linux-4.0, `'P': \
            patching...` only in linux-4.12, `starting ... transition` since linux-4.15.
            """,
        proof: "A line that no generation prints that prints the lines before it.",
        undecidable: "The kernel is a vendor's, with lines of several generations.",
        in: [
            "pr_notice texts of __klp_disable_patch (linux-4.0), klp_start_transition (linux-4.12; linux-4.15 and later)"
        ],
        help: "See whether the file holds several boots without their banners, or lines of several machines.")
}
