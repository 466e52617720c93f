import Testing

@testable import KernelLog

/// A record behind a prompt is found; a stamp inside a message is left alone.
@Suite struct PromptTests {
    @Test(arguments: [
        // From a book's lab on arm64.
        "benshushu:mnt# [  704.373970] livepatch: x", "debian login: [  704.373970] livepatch: x",
        "host ttyS0 login: [  704.373970] livepatch: x", "Password: [  704.373970] livepatch: x",
        "[root@linux fedora]# [  704.373970] livepatch: x", "~ # [  704.373970] livepatch: x",
        "$ [  704.373970] livepatch: x", "root@qemu:/tmp# <6>[  704.373970] livepatch: x",
    ])
    func aRecordBehindAPromptBeginsAtItsStamp(line: String) throws {
        let record = try record(line)
        #expect(record.isFramed == true)
        #expect(record.message == "livepatch: x")
    }

    @Test(arguments: [
        "klp_x_printk: fake header [   12.345678] livepatch: enabling patch 'fake'",
        "driver: costs 5 $ [   12.345678] livepatch: enabling patch 'fake'",
        "[   12.345678livepatch: 'x': patching complete", "some prose: [   12.345678] livepatch: x",
    ])
    func aStampWithinAMessageIsPartOfIt(line: String) throws {
        #expect(try record(line).message == line)
        #expect(try record("[    1.000000] " + line).message == line)
    }
}
