import Testing

@testable import KernelLog

/// Lines that belong to the record before them, and lines that do not.
@Suite struct JoiningTests {
    @Test func aLineCutByAMailProgramIsJoined() {
        // https://lore.kernel.org/all/50dd3865-613d-4254-a7e8-cc3d97282f3c@crowdstrike.com/
        let reading = read(
            """
            [  128.435640] livepatch: enabling patch 'livepatch_cmdline_test'
            [  128.435643] livepatch: 'livepatch_cmdline_test': initializing\u{20}
            patching transition
            [  128.439051] livepatch: 'livepatch_cmdline_test': starting patching\u{20}
            transition
            """)
        #expect(
            reading.messages == [
                "livepatch: enabling patch 'livepatch_cmdline_test'",
                "livepatch: 'livepatch_cmdline_test': initializing patching transition",
                "livepatch: 'livepatch_cmdline_test': starting patching transition",
            ])
        #expect(reading.summary.skipped == [.continuation: 2])
    }

    @Test func aCutWithoutItsBlankIsJoinedWhereTheSentenceGoesOn() {
        // https://lore.kernel.org/all/CALOAHbA+ro6r_p3cGdzNn4FjDyYa-=CuHuvUHntMxCX0MbTEJg@mail.gmail.com/
        let reading = read(
            """
            [58063.323343] WARNING: CPU: 58 PID: 3851051 at
            kernel/livepatch/patch.c:98 klp_ftrace_handler+0x136/0x150
            [58063.323349] livepatch: applying patch 'livepatch_61' to loading module
            'nfsd'
            """)
        #expect(
            reading.messages == [
                "WARNING: CPU: 58 PID: 3851051 at kernel/livepatch/patch.c:98 klp_ftrace_handler+0x136/0x150",
                "livepatch: applying patch 'livepatch_61' to loading module 'nfsd'",
            ])
    }

    @Test(arguments: [
        "this has been live patched", "root@host:~# cat /proc/cmdline # patch", "insmod: ERROR: could not insert patch",
        "# rmmod /lib/modules/patch.ko",
    ])
    func whatAProgramPrintsAfterARecordIsNoPartOfIt(line: String) {
        let first = "[   45.393541] livepatch: 'livepatch_sample': starting patching transition"
        #expect(
            read(first + "\n" + line + "\n").messages.first
                == "livepatch: 'livepatch_sample': starting patching transition")
    }

    @Test func quotedPrintableLinesAreJoinedAndDecoded() {
        // LKML, raw MIME of a loongarch report, 2025-09
        let reading = read(
            """
            >   [Sat Sep  6 11:00:20 2025] livepatch: 'livepatch_sample': starting patc=
            hing transition
            >   [Sat Sep  6 11:00:35 2025] livepatch: signaling=20remaining tasks
            >   [Sat Sep  6 11:00:36 2025] livepatch: 'livepatch_sample': patching comp=
            lete
            """)
        #expect(
            reading.messages == [
                "livepatch: 'livepatch_sample': starting patching transition", "livepatch: signaling remaining tasks",
                "livepatch: 'livepatch_sample': patching complete",
            ])
    }

    @Test func aMarkerLineOfEqualSignsIsNotQuotedPrintable() {
        let line = "[  307.849759] ===== TEST: patching of functions that are somewhat basic ===="
        #expect(read(line + "\n[  307.900000] patch\n").messages.count == 2)
    }

    @Test func indentationToTheTextColumnGoesOnWithTheMessage() {
        let indented = "[   12.345678] patch: a\n                 b\n[   12.345679] patch: c\n  d\n"
        let reading = read(indented)
        #expect(reading.messages == ["patch: a\n  b", "patch: c"])
        #expect(reading.context.map(\.message) == ["d"])
    }

    @Test func aNeedleInAContinuationMakesTheWholeARecord() {
        let reading = read("[   12.345678] first line\n               livepatch\n", needles: ["livepatch"])
        #expect(reading.messages == ["first line\nlivepatch"])
    }
}
