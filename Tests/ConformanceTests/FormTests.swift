import Conformance
import Livepatch
import Testing

/// One run in every form in which a 6.1 system gives it out.
struct FormTests {
    private static let folders = ["selftest", "busybox"].map { "forms-6.1.192/" + $0 }
    static let forms = folders.flatMap { folder in Fixtures.logs(in: folder).map { folder + "/" + $0 } }

    @Test(arguments: forms) func everyFormYieldsTheSameEvents(form: String) throws {
        let folder = form.split(separator: "/").dropLast().joined(separator: "/")
        #expect(try events(of: form) == events(of: folder + "/dmesg.txt"))
    }

    @Test(arguments: forms) func everyFormConforms(form: String) {
        #expect(Fixtures.analyses(form).map(\.verdict) == [.conforms])
    }

    @Test(arguments: forms) func everyFormShowsTheSameOperations(form: String) throws {
        let folder = form.split(separator: "/").dropLast().joined(separator: "/")
        let operations = try #require(Fixtures.analyses(form).first).operations.map(\.operation)
        let others = try #require(Fixtures.analyses(folder + "/dmesg.txt").first).operations.map(\.operation)
        #expect(operations == others)
    }

    @Test func thereAreAllForms() {
        #expect(Self.forms.count == 16)
    }

    /// What the log says, without the place and the stamp.
    private func events(of form: String) throws -> [Event] {
        let analyses = Fixtures.analyses(form)
        #expect(analyses.count == 1)
        let events = try #require(analyses.first).observations.map(\.event)
        #expect(!events.isEmpty)
        return events
    }
}
