SELECT 'a "quoted" \n text; [with] ${signs} and ünïcode' AS text
