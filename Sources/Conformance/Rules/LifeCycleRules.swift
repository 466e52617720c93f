/// KLP-L: which operations the state of the patches allows.
extension Rule {
    static let stackOrder = Rule(
        .stackOrder, "Last enabled, first disabled", .before(.linux51),
        statement: """
            A patch is disabled only when no patch that comes after it on klp_patches is enabled; otherwise the \
            write to `enabled` returns -EBUSY without a line. Since linux-5.1 patches may be disabled in any order.
            """,
        proof: """
            An unpatching that is no reversal, of a patch after which another was enabled and not disabled again, on \
            a kernel that the banner or its lines show to be older than 5.1.
            """,
        undecidable: """
            The kernel's generation is not known: the rule counts only if every generation that remains possible has \
            it. The disable of the later patch may have been lost.
            """,
        in: ["__klp_disable_patch (linux-4.0 to linux-5.0)"],
        help: """
            Get the kernel's banner (`Linux version ...`), and see whether the vendor took over newer livepatch \
            code.
            """)

    static let forceNeedsTransition = Rule(
        .forceNeedsTransition, "Only a running transition is forced", .since(.linux416),
        statement: """
            `forcing remaining tasks to the patched state` is printed only while a patch is in transition; a write \
            to `force` of any other patch returns -EINVAL without a line. The text is the same for an unpatching.
            """,
        proof: "The line where no patch is in transition.",
        undecidable: "A transition may have started before the log begins.",
        in: ["force_store, klp_force_transition (linux-4.16 and later)"],
        help: """
            Look for the `starting` that is missing before the line: the log may have been filtered by the patch's \
            name.
            """)

    static let signalNeedsTransition = Rule(
        .signalNeedsTransition, "Tasks are signalled only in a transition", .since(.linux416),
        statement: """
            `signaling remaining tasks` is printed only while a patch is in transition. Since linux-5.1 the kernel \
            prints it by itself, at most once after each `starting`; in linux-4.16 to linux-5.0 each write to \
            `signal` prints it.
            """,
        proof: """
            The line where no patch is in transition, or (since linux-5.1) a second one with no `starting` between.
            """,
        undecidable: "A transition may have started before the log begins.",
        in: [
            "klp_try_complete_transition, klp_send_signals (linux-5.1 and later)",
            "signal_store, klp_send_signals (linux-4.16 to linux-5.0)",
        ],
        help: "Look for the `starting` that is missing before the line.")
}
