import Testing

@testable import KernelLog

/// The diff that a failed selftest prints shows the log as it was, not as it was expected.
@Suite struct DiffTests {
    @Test func onlyTheResultIsRead() {
        // https://lore.kernel.org/all/alpine.LSU.2.21.1905171608550.24009@pobox.suse.cz/ (shortened)
        let reading = read(
            """
            TEST: busy target module ... not ok

            --- expected
            +++ result
            @@ -7,16 +7,24 @@ livepatch: 'test_klp_callbacks_demo': in
             livepatch: 'test_klp_callbacks_demo': starting patching transition
            +livepatch: 'test_klp_callbacks_demo': completing patching transition
             livepatch: applying patch 'test_klp_callbacks_demo' to loading module\u{20}
            'test_klp_callbacks_mod'
             % echo 0 > /sys/kernel/livepatch/test_klp_callbacks_demo/enabled
            -livepatch: 'test_klp_callbacks_demo': reversing transition from patching to unpatching
            +livepatch: 'test_klp_callbacks_demo': initializing unpatching transition

            ERROR: livepatch kselftest(s) failed
            """)
        #expect(
            reading.messages == [
                "livepatch: 'test_klp_callbacks_demo': starting patching transition",
                "livepatch: 'test_klp_callbacks_demo': completing patching transition",
                "livepatch: applying patch 'test_klp_callbacks_demo' to loading module 'test_klp_callbacks_mod'",
                "% echo 0 > /sys/kernel/livepatch/test_klp_callbacks_demo/enabled",
                "livepatch: 'test_klp_callbacks_demo': initializing unpatching transition",
                "ERROR: livepatch kselftest(s) failed",
            ])
        #expect(reading.records.map(\.isFramed) == [true, true, true, true, true, false])
        #expect(reading.summary.skipped[.expectation] == 2)
    }

    @Test func aDiffBehindCommentMarksIsReadToo() {
        // https://lore.kernel.org/all/20200710051043.899291-1-kamalesh@linux.vnet.ibm.com/ (shortened)
        let reading = read(
            """
             # --- expected
             # +++ result
             # @@ -16,7 +16,7 @@ livepatch: 'test_klp_livepatch': initial
             #  livepatch: 'test_klp_livepatch': starting patching transition
             # -livepatch: sysctl: setting key "kernel.ftrace_enabled": Device or
                resource busy kernel.ftrace_enabled = 0
             # +livepatch: sysctl: setting key "kernel.ftrace_enabled": Device or
                resource busy
             #  livepatch: 'test_klp_livepatch': patching complete
            """)
        #expect(
            reading.messages == [
                "livepatch: 'test_klp_livepatch': starting patching transition",
                "livepatch: sysctl: setting key \"kernel.ftrace_enabled\": Device or resource busy",
                "livepatch: 'test_klp_livepatch': patching complete",
            ])
    }

    @Test func aDiffOfCodeIsText() {
        let reading = read("--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,3 @@ int patch(void)\n+\tpr_info(\"patch\");\n a\n b\n")
        #expect(reading.records.allSatisfy { !$0.isFramed })
        #expect(reading.messages == ["@@ -1,2 +1,3 @@ int patch(void)", "+\tpr_info(\"patch\");"])
    }
}
