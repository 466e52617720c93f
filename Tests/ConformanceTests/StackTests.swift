import Conformance
import Testing

/// Before 5.1 a livepatch is enabled only above enabled ones. Whoever stands below it disabled has been removed, and no line
/// tells of that.
@Suite struct StackTests {
    @Test func aLivepatchThatWasLoadedAgainIsTheUppermost() {
        let log: Dmesg =
            .boot419 + .enable("a") + .disable("a") + .enable("b") + .enable("a") + .disable("a") + .disable("b")
        #expect(log.analysis()?.verdict == .conforms)
    }

    @Test func aLivepatchWhoseInitFailedIsNotThere() {
        let failure = Dmesg(
            """
            livepatch: enabling patch 'a'
            livepatch: 'a': initializing patching transition
            livepatch: pre-patch callback failed for object 'vmlinux'
            livepatch: failed to enable patch 'a'
            livepatch: 'a': canceling patching transition, going to unpatch
            livepatch: 'a': completing unpatching transition
            livepatch: 'a': unpatching complete
            """)
        let log: Dmesg = .boot419 + failure + .enable("b") + .enable("a") + .disable("a") + .disable("b")
        #expect(log.analysis()?.verdict == .conforms)
    }

    @Test func theLowerOneOfTwoStaysBelow() {
        let log: Dmesg =
            .boot419 + .enable("a") + .disable("a") + .enable("b") + .enable("a") + .usb + .disable("b") + .disable("a")
        #expect(log.analysis()?.findings.first?.rule == .stackOrder)
    }
}
