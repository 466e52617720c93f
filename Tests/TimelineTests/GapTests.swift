import KernelLog
import Testing
import Timeline

/// What lies between two records, if they need not be neighbours.
struct GapTests {
    /// An enable with something after its third line.
    private func interrupted(by text: String) -> String {
        let lines = dmesg(enable).split(separator: "\n")
        return (lines[..<3] + [text[...]] + lines[3...]).joined(separator: "\n") + "\n"
    }

    @Test(arguments: ["root@host:~# dmesg | tail", "$ dmesg", "[root@host ~]# dmesg", "and some minutes later:"])
    func aPromptOrProseIsASeam(line: String) throws {
        let boot = try #require(source(interrupted(by: line)).boots.first)
        #expect(boot.messages == enable)
        #expect(boot.gaps == [nil, nil, nil, .seam(.foreignText), nil])
    }

    @Test(arguments: ["...", "[...]"]) func anEllipsisIsASeam(line: String) throws {
        let boot = try #require(source(interrupted(by: line)).boots.first)
        #expect(boot.gaps == [nil, nil, nil, .seam(.ellipsis), nil])
    }

    @Test func aHarnessesCommandIsNoSeam() throws {
        let boot = try #require(source(interrupted(by: "% insmod test_modules/lp.ko")).boots.first)
        #expect(boot.messages.count == 6)
        #expect(boot.gaps.allSatisfy { $0 == nil })
    }

    @Test func inABareLogProseCannotBeToldFromRecords() throws {
        let bare = enable[..<3] + ["and some minutes later:"] + enable[3...]
        let boot = try #require(source(bare.joined(separator: "\n") + "\n").boots.first)
        #expect(boot.gaps.allSatisfy { $0 == nil })
    }

    @Test func inABareLogAPromptIsASeam() throws {
        let bare = enable[..<3] + ["[root@host ~]# dmesg -t"] + enable[3...]
        let boot = try #require(source(bare.joined(separator: "\n") + "\n").boots.first)
        #expect(boot.gaps == [nil, nil, nil, .seam(.foreignText), nil])
    }

    @Test func aDropMarkerReachesTheBoot() throws {
        let boot = try #require(source(interrupted(by: "** 17 printk messages dropped **")).boots.first)
        #expect(boot.losses.map(\.count) == [17])
        #expect(boot.losses.map(\.evidence) == [.droppedMarker])
        let loss = try #require(boot.losses.first)
        #expect(boot.gaps == [nil, nil, nil, .loss(loss), nil])
    }

    @Test func aJumpOfSequenceNumbersReachesTheBoot() throws {
        let boot = try #require(
            source(kmsg(Array(enable[..<3]), from: 300) + kmsg(Array(enable[3...]), from: 310)).boots.first)
        #expect(boot.losses.map(\.count) == [7])
        #expect(boot.losses.map(\.evidence) == [.sequenceGap])
        let loss = try #require(boot.losses.first)
        #expect(boot.gaps == [nil, nil, nil, .loss(loss), nil])
    }

    @Test func aLossBelongsToTheBootInWhichItIsSeen() {
        let log =
            dmesg([banner] + enable) + "** 3 printk messages dropped **\n" + dmesg(enable, from: 30)
            + dmesg([banner] + enable)
        #expect(source(log).boots.map(\.losses.count) == [1, 0])
    }

    @Test func otherRecordsBetweenTwoAreRemembered() throws {
        let log = dmesg(Array(enable[..<3]) + ["usb 1-1: new device"] + Array(enable[3...]))
        let boot = try #require(source(log).boots.first)
        #expect(boot.messages == enable)
        #expect(boot.entries.map(\.leastImportantBetween) == [nil, nil, nil, 6, nil])
        #expect(boot.gaps.allSatisfy { $0 == nil })
    }
}
