import Conformance
import ReferenceEngine
import Testing

/// Every rule, in words and by example.
struct RuleTests {
    @Test(arguments: Fault.all) func aFaultIsFoundOnceAndNamedByItsRule(fault: Fault) throws {
        let analysis = try #require(fault.log.analysis())
        #expect(analysis.findings.map(\.rule) == [fault.rule])
        #expect(analysis.findings.map(\.severity) == [fault.severity])
        #expect((analysis.verdict == .violates) == (fault.severity == .error))
    }

    @Test(arguments: Fault.all) func withoutTheFaultTheLogConforms(fault: Fault) throws {
        let analysis = try #require(fault.legal.analysis())
        #expect(analysis.findings.isEmpty)
        #expect(analysis.verdict == .conforms)
    }

    @Test(arguments: Fault.all) func withoutTheFaultNothingIsHeldAgainstOtherFormsOfTheLog(fault: Fault) throws {
        let forms = [fault.legal.withNoise, fault.legal.withoutDebugLines, fault.legal.withoutDebugLines.withNoise]
        for form in forms {
            let analysis = try #require(form.analysis())
            #expect(analysis.findings.isEmpty, "\(form.text)")
        }
    }

    @Test func everyRuleIsTriggeredByALog() {
        // Types of shadow variables are of a proposal whose logs are not judged.
        let unjudged: Set<RuleID> = [.typeIsRegistered, .typesHaveUsers]
        let ofLogs = RuleID.allCases.filter { !$0.rule.needsTrace && !unjudged.contains($0) }
        #expect(Set(Fault.all.map(\.rule)) == Set(ofLogs))
    }

    @Test func everyRuleIsSaidInWords() {
        #expect(Rule.all.map(\.id) == RuleID.allCases)
        for rule in Rule.all {
            #expect(!rule.title.hasSuffix("."))
            #expect(!rule.generations.isEmpty)
            #expect(!rule.kernelFunctions.isEmpty)
            for text in [rule.statement, rule.proof, rule.undecidable, rule.help] {
                #expect(text.hasSuffix(".") || text.hasSuffix("?") || text.hasSuffix(".)"))
            }
        }
        #expect(Set(Rule.all.map(\.title)).count == Rule.all.count)
    }
}
